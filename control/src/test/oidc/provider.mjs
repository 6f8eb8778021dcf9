// A real OpenID provider on a loopback port: `node provider.mjs PORT`. Ends with its standard input.
// A line `rotate` on it makes the provider sign with a new key from then on.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import * as readline from "node:readline";
import Provider from "oidc-provider";

const port = Number(process.argv[2]);
const redirect = "https://sekisho.example.org/api/v1/login/oidc/callback";
const groups = { alice: ["engineers", "on-call"], bob: [] };
let generation = 0;

function signingKey() {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    return { ...privateKey.export({ format: "jwk" }), kid: `key-${++generation}`, use: "sig", alg: "RS256" };
}

function makeProvider() {
    const client = { grant_types: ["authorization_code"], response_types: ["code"], redirect_uris: [redirect] };
    return new Provider(`http://127.0.0.1:${port}`, {
        clients: [
            { ...client, client_id: "sekisho", client_secret: "secret of the client: %+/&=" },
            { ...client, client_id: "public", token_endpoint_auth_method: "none" },
        ],
        jwks: { keys: [signingKey()] },
        cookies: { keys: ["only for tests"] },
        conformIdTokenClaims: process.argv[3] === "userinfo",
        claims: {
            openid: ["sub"],
            profile: ["name", "preferred_username"],
            email: ["email", "email_verified"],
            groups: ["groups"],
        },
        scopes: ["openid", "profile", "email", "groups"],
        findAccount: (_, id) => ({
            accountId: id,
            claims: () => ({
                sub: `subject-of-${id}`,
                preferred_username: id,
                name: `${id} of the provider`,
                email: `${id}@example.org`,
                email_verified: id !== "bob",
                groups: groups[id] ?? [],
            }),
        }),
    });
}

let handle = makeProvider().callback();
const server = createServer((request, response) => handle(request, response));
server.listen(port, "127.0.0.1", () => console.log("ready"));

readline
    .createInterface({ input: process.stdin })
    .on("line", (line) => {
        if (line === "rotate") {
            handle = makeProvider().callback();
            console.log("rotated");
        }
    })
    .on("close", () => process.exit(0));
