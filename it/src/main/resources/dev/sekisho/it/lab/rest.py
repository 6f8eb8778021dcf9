# One request to the server on this host over HTTPS: rest.py COOKIE_FILE, the request as JSON on standard input:
# {"method", "path", "body"?, "token"?}. Prints {"status", "body"}. Sends the login's CSRF token by itself.
import http.cookiejar, json, os, ssl, sys, urllib.error, urllib.request

BASE = "https://localhost:8443/api/v1"
wanted = json.load(sys.stdin)
jar = http.cookiejar.LWPCookieJar(sys.argv[1])
if os.path.exists(sys.argv[1]):
    jar.load(ignore_discard=True)
context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE  # the certificate is its own; the test is about something else
opener = urllib.request.build_opener(
    urllib.request.HTTPSHandler(context=context), urllib.request.HTTPCookieProcessor(jar))


def ask(method, path, body=None, headers=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(BASE + path, data=data, method=method, headers=headers or {})
    if data is not None:
        request.add_header("Content-Type", "application/json")
    try:
        with opener.open(request, timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


headers = {}
if "token" in wanted:
    headers["Authorization"] = "Bearer " + wanted["token"]
elif wanted["method"] != "GET" and len(jar) > 0:
    status, session = ask("GET", "/session")
    if status == 200:
        headers["X-CSRF-Token"] = json.loads(session)["csrfToken"]
status, text = ask(wanted["method"], wanted["path"], wanted.get("body"), headers)
jar.save(ignore_discard=True)
print(json.dumps({"status": status, "body": json.loads(text) if text else None}))
