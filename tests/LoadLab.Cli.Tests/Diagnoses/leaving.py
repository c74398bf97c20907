# A second process binds to the port by SO_REUSEPORT after the first clients, listens for 400 ms and leaves without accept(), as 'nginx -t' did.
import os, socket, threading, time

def listener():
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    one.bind(('127.0.0.1', 7404))
    one.listen(511)
    return one

def serve(client):
    try:
        while client.recv(4096): pass
    except OSError: pass

first = listener()
accepted = os.pipe()
if os.fork() == 0:
    first.close()
    for _ in range(20): os.read(accepted[0], 1)
    second = listener()
    time.sleep(.4)
    os._exit(0)
while True:
    client, _ = first.accept()
    os.write(accepted[1], b'x')
    threading.Thread(target=serve, args=(client,), daemon=True).start()
