"""A transparent proxy's front: accepts, on one device only, connections to any address.

proxy.py DEVICE PORT
Prints "ready", then a line for each connection: LOCAL REMOTE (each as ADDRESS:PORT or [ADDRESS]:PORT). Sends the
local end, which is the original destination, to the client and keeps the connection until the client leaves.
"""
import selectors
import socket
import sys

IPV6_TRANSPARENT = 75
selector = selectors.DefaultSelector()
for family, level, option, address in (
        (socket.AF_INET, socket.IPPROTO_IP, socket.IP_TRANSPARENT, "0.0.0.0"),
        (socket.AF_INET6, socket.IPPROTO_IPV6, IPV6_TRANSPARENT, "::")):
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(level, option, 1)
    if family == socket.AF_INET6:
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, sys.argv[1].encode())
    listener.bind((address, int(sys.argv[2])))
    listener.listen(64)
    selector.register(listener, selectors.EVENT_READ, True)


def end(address):
    return ("[%s]:%d" if ":" in address[0] else "%s:%d") % address[:2]


print("ready", flush=True)
while True:
    for key, _ in selector.select():
        if key.data:
            connection, remote = key.fileobj.accept()
            local = end(connection.getsockname())
            print(local, end(remote), flush=True)
            connection.sendall(local.encode() + b"\n")
            selector.register(connection, selectors.EVENT_READ, False)
        else:
            try:
                gone = not key.fileobj.recv(2048)
            except OSError:
                gone = True
            if gone:
                selector.unregister(key.fileobj)
                key.fileobj.close()
