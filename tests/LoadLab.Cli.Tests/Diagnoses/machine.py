# A network namespace in which things are wrong, or nearly so; then what 'loadlab inspect' says of the machine, a port, a process and a process
# of another user namespace.
# Called in a user and network namespace of its own: machine.py wrong|near PROGRAM PID
import os, resource, socket, struct, subprocess, sys, time
wrong, program, other = sys.argv[1] == 'wrong', sys.argv[2], sys.argv[3]
def sysctl(name, value):
    with open('/proc/sys/net/ipv4/' + name, 'w') as file: file.write(value)
subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
subprocess.run(['ip', 'route', 'add', '198.18.0.0/15', 'dev', 'lo'], check=True)
sysctl('ip_local_port_range', '20000 20099')
sysctl('tcp_max_tw_buckets', '40')
sysctl('tcp_tw_reuse', '0')
sysctl('tcp_fastopen', str(0x203))
held = []
def listen(port, backlog, **options):
    one = socket.socket()
    for option, value in options.items(): one.setsockopt(socket.SOL_SOCKET if option.startswith('SO') else socket.IPPROTO_TCP, getattr(socket, option), value)
    one.bind(('127.0.0.1', port)); one.listen(backlog); held.append(one)
    return one
def connect(port, own=0, wait=True):
    one = socket.socket(); held.append(one)
    if own: one.bind(('127.0.0.1', own))
    one.setblocking(wait); one.connect_ex(('127.0.0.1', port))
    return one
def checksum(data):
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total >> 16: total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
def send(source, port, flags=2, own=1000, sequence=1, acknowledged=0, data=b'', damage=0):
    ends = socket.inet_aton(source) + socket.inet_aton('127.0.0.1')
    def tcp(sum): return struct.pack('!HHIIBBHHH', own, port, sequence, acknowledged, 0x50, flags, 1000, sum, 0) + data
    sum = checksum(ends + struct.pack('!BBH', 0, 6, len(tcp(0))) + tcp(0)) ^ damage
    raw.sendto(struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(tcp(0)), 0, 0, 64, 6, 0) + ends + tcp(sum), ('127.0.0.1', 0))

# Ports of one destination: 95 of 100, or 60.
server = listen(9000, 200)
for _ in range(95 if wrong else 60): connect(9000)

# TIME-WAIT: all 40 buckets and five more, or 35.
server = listen(9001, 200)
for i in range(45 if wrong else 35):
    client = connect(9001, own=30000 + i); accepted = server.accept()[0]
    client.shutdown(socket.SHUT_WR); accepted.close(); client.close()

# An accept queue of 5: 20 clients, or 4.
listen(9002, 4)
for _ in range(20 if wrong else 4): connect(9002, own=31000 + len(held), wait=False)

# Half-open requests at a backlog of 8: 8, or 7; health checks reset theirs.
listen(9003, 8)
for i in range(8 if wrong else 7): send('198.18.0.%d' % (1 + i), 9003)
listen(9004, 8)
for i in range(3):
    send('198.18.1.%d' % (1 + i), 9004)
    send('198.18.1.%d' % (1 + i), 9004, flags=4, sequence=2)

# A client without a route back; a bad checksum.
listen(9005, 8)
send('203.0.113.5' if wrong else '198.18.2.1', 9005)
send('198.18.2.2', 9005, damage=0x55 if wrong else 0)

# A queue of TCP Fast Open for one: two requests with data, or one.
listen(9006, 8, TCP_FASTOPEN=1)
for i in range(2 if wrong else 1): send('198.18.3.%d' % (1 + i), 9006, data=b'xx')

# Receive buffers of 4 KB: one is overrun by segments with gaps between them, the other by two segments in order. Three small segments and one large one fit.
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x800))
wire.bind(('lo', 0))
def handshake(port):
    listen(port, 8, SO_RCVBUF=2048)
    send('198.18.4.1', port)
    while True:
        packet = wire.recv(200)[14:]
        if packet[9] == 6 and struct.unpack('!H', packet[20:22])[0] == port: break
    ours = struct.unpack('!I', packet[24:28])[0] + 1
    send('198.18.4.1', port, flags=0x10, sequence=2, acknowledged=ours)
    return lambda sequence, size: send('198.18.4.1', port, flags=0x18, sequence=sequence, acknowledged=ours, data=b'x' * size)
gaps = handshake(9007)
for i in range(60 if wrong else 3): gaps(4 + 4 * i, 2)
queue = handshake(9008)
queue(2, 2000)
for i in range(20 if wrong else 0): queue(2002 + 2 * i, 2)
time.sleep(.3)


# A process at its limit of 64 descriptors, or near it. It ends with this one, whose end of the pipe it waits for.
ends = os.pipe()
process = os.fork()
if process == 0:
    os.dup2(ends[0], 3)
    os.closerange(4, 4096)
    for _ in range(4, 64 if wrong else 60): os.open('/dev/null', os.O_RDONLY)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    os.read(3, 1)
    os._exit(0)
time.sleep(.1)

for asked in [], ['--port', '9002'], ['--pid', str(process)], ['--pid', other]:
    subprocess.run([program, 'inspect', '--json', *asked])
    print('==', flush=True)
