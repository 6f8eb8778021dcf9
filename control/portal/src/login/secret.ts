/** What a link carries behind the `#`; read once, then taken out of the address bar and the history. */
export function takeSecret(): string {
    const secret = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
    return secret;
}
