"""A machine behind the checkpoint: answers every TCP connection with a small page and every UDP datagram with itself.

target.py tcp:PORT,PORT,... [udp:PORT,...]
Prints "ready", then a line for each connection and datagram: PROTOCOL LOCAL REMOTE
"""
import selectors
import socket
import sys

selector = selectors.DefaultSelector()
for word in sys.argv[1:]:
    protocol, ports = word.split(":")
    for port in ports.split(","):
        kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
        listener = socket.socket(socket.AF_INET6, kind)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        listener.bind(("::", int(port)))
        if protocol == "tcp":
            listener.listen(64)
        selector.register(listener, selectors.EVENT_READ, protocol)


def end(address):
    return "%s %d" % (address[0].removeprefix("::ffff:"), address[1])


print("ready", flush=True)
while True:
    for key, _ in selector.select():
        if key.data == "udp":
            data, remote = key.fileobj.recvfrom(2048)
            print("udp", end(key.fileobj.getsockname()), end(remote), flush=True)
            key.fileobj.sendto(data, remote)
        elif key.data == "tcp":
            connection, remote = key.fileobj.accept()
            print("tcp", end(connection.getsockname()), end(remote), flush=True)
            selector.register(connection, selectors.EVENT_READ, "connection")
        else:
            try:
                if key.fileobj.recv(2048):
                    body = b"the page\n"
                    key.fileobj.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                                        % (len(body), body))
            except OSError:
                pass
            selector.unregister(key.fileobj)
            key.fileobj.close()
