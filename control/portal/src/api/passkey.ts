/** WebAuthn with options and credentials as JSON, as the API sends and takes them. */

type Json = Record<string, unknown>;

export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
    const padded = text.replace(/-/g, "+").replace(/_/g, "/").padEnd(Math.ceil(text.length / 4) * 4, "=");
    return Uint8Array.from(atob(padded), (char) => char.charCodeAt(0));
}

export function toBase64Url(bytes: ArrayBuffer | Uint8Array): string {
    const all = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
    const text = btoa(Array.from(all, (byte) => String.fromCharCode(byte)).join(""));
    return text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

export function passkeysWork(): boolean {
    return typeof PublicKeyCredential !== "undefined" && isSecureContext;
}

/** Options may come bare or under `publicKey`. */
function bare(options: Json): Json {
    return (options.publicKey as Json | undefined) ?? options;
}

function descriptors(list: unknown): PublicKeyCredentialDescriptor[] {
    return ((list ?? []) as Json[]).map((one) => ({
        type: "public-key",
        id: fromBase64Url(one.id as string),
        ...(one.transports !== undefined && { transports: one.transports as AuthenticatorTransport[] }),
    }));
}

/** Makes a new passkey. */
export async function createPasskey(options: Json): Promise<Json> {
    const given = bare(options);
    const user = given.user as Json;
    const publicKey = {
        ...given,
        challenge: fromBase64Url(given.challenge as string),
        user: { ...user, id: fromBase64Url(user.id as string) },
        excludeCredentials: descriptors(given.excludeCredentials),
    } as unknown as PublicKeyCredentialCreationOptions;
    const made = await ask(() => navigator.credentials.create({ publicKey }));
    const response = made.response as AuthenticatorAttestationResponse;
    return {
        ...common(made),
        response: {
            clientDataJSON: toBase64Url(response.clientDataJSON),
            attestationObject: toBase64Url(response.attestationObject),
            transports: response.getTransports(),
        },
    };
}

/** Proves that the person has a passkey. */
export async function usePasskey(options: Json): Promise<Json> {
    const given = bare(options);
    const publicKey = {
        ...given,
        challenge: fromBase64Url(given.challenge as string),
        allowCredentials: descriptors(given.allowCredentials),
    } as unknown as PublicKeyCredentialRequestOptions;
    const proof = await ask(() => navigator.credentials.get({ publicKey }));
    const response = proof.response as AuthenticatorAssertionResponse;
    return {
        ...common(proof),
        response: {
            clientDataJSON: toBase64Url(response.clientDataJSON),
            authenticatorData: toBase64Url(response.authenticatorData),
            signature: toBase64Url(response.signature),
            ...(response.userHandle !== null && { userHandle: toBase64Url(response.userHandle) }),
        },
    };
}

function common(credential: PublicKeyCredential): Json {
    return {
        id: credential.id,
        rawId: toBase64Url(credential.rawId),
        type: credential.type,
        ...(credential.authenticatorAttachment !== null && { authenticatorAttachment: credential.authenticatorAttachment }),
        clientExtensionResults: credential.getClientExtensionResults(),
    };
}

/** The browser's own errors are for programmers. */
async function ask(run: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
    try {
        const credential = await run();
        if (credential === null) {
            throw new Error("The browser gave no passkey.");
        }
        return credential as PublicKeyCredential;
    } catch (error) {
        const name = error instanceof DOMException ? error.name : "";
        if (name === "NotAllowedError" || name === "AbortError") {
            throw new Error("The passkey was not used: cancelled, or it took too long. Try again.");
        }
        if (name === "InvalidStateError") {
            throw new Error("This device has a passkey for this account already.");
        }
        if (name === "SecurityError") {
            throw new Error("Passkeys belong to the server's own name. Open the portal by that name, not by an address.");
        }
        throw error;
    }
}
