"""A machine that sends a download without end: stream.py PORT

Prints "ready". Every connection gets a kilobyte every hundredth of a second.
"""
import socketserver
import sys
import time


class Stream(socketserver.BaseRequestHandler):
    def handle(self):
        try:
            self.request.recv(2048)
            self.request.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
            while True:
                self.request.sendall(b"." * 1024)
                time.sleep(0.01)
        except OSError:
            pass


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


with Server(("0.0.0.0", int(sys.argv[1])), Stream) as server:
    print("ready", flush=True)
    server.serve_forever()
