"""A mail server and a webhook: inbox.py SMTP_PORT HTTP_PORT, both on loopback.

Takes everything. Prints "ready", then a line of JSON for each message:
{"kind": "mail" | "http", "at": seconds since 1970, "to": recipient or path, "text": decoded text}
"""
import email
import email.policy
import json
import socketserver
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

output = threading.Lock()


def tell(kind, to, text):
    with output:
        print(json.dumps({"kind": kind, "at": time.time(), "to": to, "text": text}), flush=True)


class Mail(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        to = ""
        self.say("220 inbox")
        while line := self.rfile.readline().decode().strip():
            verb = line.split(" ")[0].upper().split(":")[0]
            if verb == "DATA":
                self.say("354 go on")
                lines = []
                while (part := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(part.removeprefix(b"."))
                message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
                body = message.get_body(("plain", "html"))
                tell("mail", to, "%s\n%s" % (message["subject"], body.get_content() if body else ""))
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                if verb == "RCPT":
                    to = line.partition("<")[2].partition(">")[0]
                self.say("250 fine")


class Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        tell("http", self.path, self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode())
        self.send_response(204)
        self.end_headers()

    do_PUT = do_POST

    def log_message(self, *words):
        pass


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


mail = Server(("127.0.0.1", int(sys.argv[1])), Mail)
hook = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Hook)
threading.Thread(target=mail.serve_forever, daemon=True).start()
print("ready", flush=True)
hook.serve_forever()
