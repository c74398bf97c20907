# A server that holds what it accepts: accepting.py PORT LISTENERS ACCEPTING [LAST]. Of its listeners (SO_REUSEPORT) so many
# accept, and the others only listen; one that has accepted LAST is closed.
import signal, socket, sys, threading

port, listening, accepting, last = map(int, [*sys.argv[1:], 1000000][:4])
held = []

def listener():
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    one.bind(('127.0.0.1', port))
    one.listen(64)
    return one

def accept(one):
    for _ in range(last): held.append(one.accept())
    one.close()

listeners = [listener() for _ in range(listening)]
for one in listeners[:accepting]: threading.Thread(target=accept, args=(one,), daemon=True).start()
signal.pause()
