import type { Page } from "playwright-core";

/** A passkey device inside the browser, which says yes to everything. */
export async function authenticator(page: Page): Promise<void> {
    const session = await page.context().newCDPSession(page);
    await session.send("WebAuthn.enable");
    await session.send("WebAuthn.addVirtualAuthenticator", {
        options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    });
}
