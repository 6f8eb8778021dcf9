/** A picture that looks like a QR code, for a mock that needs none that works. */
export function qrPicture(text: string): string {
    const size = 33;
    let state = [...text].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) >>> 0, 7);
    const next = (): number => (state = (state * 1_664_525 + 1_013_904_223) >>> 0) / 2 ** 32;
    const finder = (x: number, y: number): boolean | undefined => {
        for (const [left, top] of [[0, 0], [size - 7, 0], [0, size - 7]] as const) {
            const dx = x - left;
            const dy = y - top;
            if (dx >= -1 && dx <= 7 && dy >= -1 && dy <= 7) {
                const ring = Math.max(Math.abs(dx - 3), Math.abs(dy - 3));
                return ring === 3 || ring <= 1;
            }
        }
        return undefined;
    };
    let path = "";
    for (let y = 0; y < size; y++) {
        for (let x = 0; x < size; x++) {
            if (finder(x, y) ?? next() < 0.48) {
                path += `M${x} ${y}h1v1h-1z`;
            }
        }
    }
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><path d="${path}"/></svg>`;
}

export function wireguardConfig(name: string, address: string): string {
    return `[Interface]\n# ${name}\nPrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\nAddress = ${address}/32\nDNS = 10.0.1.2\nMTU = 1420\n\n[Peer]\nPublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\nEndpoint = vpn.example.org:51871\nAllowedIPs = 10.90.0.1/32, 10.0.1.0/24, 10.0.2.0/24\nPersistentKeepalive = 25\n`;
}
