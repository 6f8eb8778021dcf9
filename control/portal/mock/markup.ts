/** What a text must not become: elements and scripts. Each of them would leave a mark if it did. */
export const MARKUP =
    `"'><img data-mark src="/mark.png" onerror="window.mark=1"><script data-mark>window.mark=1</script><svg data-mark onload="window.mark=1"></svg>` +
    `<a data-mark href="javascript:window.mark=1">&lt;b&gt;\${window.mark=1}{{7*7}}`;

/** Fields that hold no free text: identities, moments, numbers as text, words out of a list. */
const FIXED =
    /^(id|at|.*At|.*Id|.*Until|from|until|state|kind|factorKinds|kinds|permissions|effectivePermissions|scopes|protocol|verdict|required|transport|security|openedBy|via|hash|access|purpose|port|directory|webhookKind|weekly)$/;

/** Writes the markup into every text of something, behind what was there. */
export function mark(value: unknown, skip: (key: string, owner: Record<string, unknown>) => boolean = () => false): void {
    if (typeof value !== "object" || value === null) {
        return;
    }
    const object = value as Record<string, unknown>;
    for (const [key, inner] of Object.entries(object)) {
        if (FIXED.test(key) || skip(key, object)) {
            continue;
        }
        if (typeof inner === "string") {
            object[key] = key === "details" ? JSON.stringify({ ...JSON.parse(inner), [`more${MARKUP}`]: MARKUP }) : inner + MARKUP;
        } else {
            mark(inner, skip);
        }
    }
}
