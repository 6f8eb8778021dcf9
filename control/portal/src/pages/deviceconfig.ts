import type { NetworkSettingsInput } from "../api/types";

/** Addresses with a colon need brackets before a port. */
function endpoint(address: string | undefined, port: number): string {
    const bare = address?.trim() || "THIS-SERVER";
    return bare.includes(":") && !bare.startsWith("[") ? `[${bare}]:${port}` : `${bare}:${port}`;
}

/** The configuration that a device would get by these settings. The server writes the real one; keys are not known here. */
export function deviceConfig(settings: NetworkSettingsInput): string {
    const own = settings.addresses.map((address) => (address.includes(":") ? "NEXT-FREE/128" : "NEXT-FREE/32"));
    const server = settings.addresses.map((address) => `${address.replace(/\/.*$/, "")}${address.includes(":") ? "/128" : "/32"}`);
    const allowed = [...new Set([...server, ...settings.exposedSubnets])];
    return [
        "[Interface]",
        "PrivateKey = (of the device)",
        `Address = ${own.join(", ")}`,
        ...(settings.dns ? [`DNS = ${settings.dns}`] : []),
        `MTU = ${settings.mtu}`,
        "",
        "[Peer]",
        "PublicKey = (of this server)",
        `Endpoint = ${endpoint(settings.publicAddress, settings.listenPort)}`,
        `AllowedIPs = ${allowed.join(", ")}`,
        "PersistentKeepalive = 25",
    ].join("\n");
}
