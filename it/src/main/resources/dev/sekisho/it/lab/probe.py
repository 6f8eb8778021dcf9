"""A client that says what came back.

probe.py udp ADDRESS PORT SECONDS             one datagram; prints "answered", or the name of the error, or "silence"
probe.py tcp SOURCE_PORT ADDRESS:PORT ...     a connection to each, all from one port; prints what each sent first,
                                              then "holding", and keeps them until it is ended
"""
import errno
import socket
import sys

LIMIT_SECONDS = 20


def udp(address, port, seconds):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    client = socket.socket(family, socket.SOCK_DGRAM)
    client.settimeout(float(seconds))
    client.connect((address, int(port)))
    client.send(b"question")
    try:
        return "answered" if client.recv(2048) == b"question" else "garbled"
    except TimeoutError:
        return "silence"
    except OSError as error:
        return errno.errorcode[error.errno]


def tcp(source_port, target):
    address, port = target.rsplit(":", 1)
    address = address.strip("[]")
    client = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    client.settimeout(LIMIT_SECONDS)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    client.bind(("", int(source_port)))
    client.connect((address, int(port)))
    print(target, client.makefile().readline().strip(), flush=True)
    return client


if sys.argv[1] == "udp":
    print(udp(*sys.argv[2:]))
else:
    kept = [tcp(sys.argv[2], target) for target in sys.argv[3:]]
    print("holding", flush=True)
    sys.stdin.read()
