// A real SAML identity provider on a loopback port: `node provider.mjs PORT`. Ends with its standard input, whose first
// line is a JSON object: key and certificate (PEM), metadata of the service provider, whether to sign whole responses
// (wholeResponse) and to insist on signed requests (signedRequests, requestCertificate).
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import * as readline from "node:readline";
import samlify from "samlify";

const port = Number(process.argv[2]);
const origin = `http://127.0.0.1:${port}`;
const groups = { alice: ["engineers", "on-call"], bob: [] };
const redirect = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
const persistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";

// What we check, the service provider's own tests check again.
samlify.setSchemaValidator({ validate: async () => "not looked at" });

const escaped = (text) => text.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
const attribute = (name, values) =>
    `<saml:Attribute Name="${name}">${values.map((value) => `<saml:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">${escaped(value)}</saml:AttributeValue>`).join("")}</saml:Attribute>`;

function makeProvider({ key, certificate, metadata, wholeResponse, signedRequests, requestCertificate }) {
    const idp = samlify.IdentityProvider({
        entityID: `${origin}/metadata`,
        privateKey: key,
        signingCert: certificate,
        requestSignatureAlgorithm: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        wantAuthnRequestsSigned: signedRequests,
        nameIDFormat: [persistent],
        singleSignOnService: [{ Binding: redirect, Location: `${origin}/sso` }],
        loginResponseTemplate: { context: samlify.SamlLib.defaultLoginResponseTemplate.context },
    });
    const described = signedRequests
        ? metadata
            .replace("<md:SPSSODescriptor ", '<md:SPSSODescriptor AuthnRequestsSigned="true" ')
            .replace("<md:AssertionConsumerService", `<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${requestCertificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:AssertionConsumerService`)
        : metadata;
    return { idp, sp: samlify.ServiceProvider({ metadata: described, wantMessageSigned: wholeResponse }) };
}

/** What the browser is to post, for somebody. */
async function respond({ idp, sp }, query, octetString, user) {
    const request = await idp.parseLoginRequest(sp, "redirect", { query, octetString });
    const acs = sp.entityMeta.getAssertionConsumerService("post");
    const now = Date.now();
    const at = (seconds) => new Date(now + seconds * 1000).toISOString();
    const login = `<saml:AuthnStatement AuthnInstant="${at(0)}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`;
    const fill = (template) => ({
        id: `_${randomUUID()}`,
        context: samlify.SamlLib.replaceTagsByValue(
            template.replace("{AuthnStatement}", login).replace("{AttributeStatement}", `<saml:AttributeStatement>${attribute("uid", [user])}${attribute("mail", [`${user}@example.org`])}${attribute("displayName", [`${user} <of> "Übersee" & Co`])}${attribute("groups", groups[user] ?? [])}</saml:AttributeStatement>`),
            {
                ID: `_${randomUUID()}`, AssertionID: `_${randomUUID()}`, Destination: acs, SubjectRecipient: acs,
                Audience: sp.entityMeta.getEntityID(), Issuer: idp.entityMeta.getEntityID(), IssueInstant: at(0),
                ConditionsNotBefore: at(0), ConditionsNotOnOrAfter: at(300), SubjectConfirmationDataNotOnOrAfter: at(300),
                NameIDFormat: persistent, NameID: `subject-of-${user}`, InResponseTo: request.extract.request.id,
                StatusCode: "urn:oasis:names:tc:SAML:2.0:status:Success",
            },
        ),
    });
    const { context } = await idp.createLoginResponse(sp, request, "post", {}, fill);
    return `<!DOCTYPE html><title>Provider</title><form method="post" action="${escaped(acs)}"><input type="hidden" name="SAMLResponse" value="${context}"><input type="hidden" name="RelayState" value="https://evil.example.org/"><button>Continue</button></form>`;
}

/** The part of the address that is signed. */
function signedPart(search) {
    return search.slice(1).split("&").filter((pair) => /^(SAMLRequest|RelayState|SigAlg)=/.test(pair)).join("&");
}

function serve(parties) {
    createServer(async (request, response) => {
        const url = new URL(request.url, origin);
        try {
            if (url.pathname === "/metadata") {
                response.setHeader("Content-Type", "application/samlmetadata+xml");
                response.end(parties.idp.getMetadata());
            } else if (url.pathname === "/sso" && url.searchParams.has("user")) {
                const user = url.searchParams.get("user");
                url.searchParams.delete("user");
                const page = await respond(parties, Object.fromEntries(url.searchParams), signedPart(request.url.slice(request.url.indexOf("?"))), user);
                response.setHeader("Content-Type", "text/html; charset=utf-8");
                response.end(page);
            } else if (url.pathname === "/sso") {
                response.setHeader("Content-Type", "text/html; charset=utf-8");
                response.end(`<!DOCTYPE html><title>Provider</title>${["alice", "bob"].map((user) => `<a href="${escaped(`${request.url}&user=${user}`)}">${user}</a>`).join(" ")}`);
            } else {
                response.statusCode = 404;
                response.end();
            }
        } catch (error) {
            response.statusCode = 400;
            response.end(String(error?.message ?? error));
        }
    }).listen(port, "127.0.0.1", () => console.log("ready"));
}

let started = false;
readline
    .createInterface({ input: process.stdin })
    .on("line", (line) => {
        if (!started) {
            started = true;
            serve(makeProvider(JSON.parse(line)));
        }
    })
    .on("close", () => process.exit(0));
