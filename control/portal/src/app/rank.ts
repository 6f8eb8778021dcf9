/** How well a text answers what was typed: 0 = not at all. Whole words before beginnings before letters in order. */
export function score(text: string, typed: string): number {
    const have = text.toLowerCase();
    const want = typed.trim().toLowerCase();
    if (want === "") {
        return 1;
    }
    const at = have.indexOf(want);
    if (at === 0) {
        return 100 - have.length / 100;
    }
    if (at > 0) {
        return (/[\s-]/.test(have[at - 1] ?? "") ? 80 : 50) - have.length / 100;
    }
    let from = 0;
    for (const letter of want) {
        from = have.indexOf(letter, from) + 1;
        if (from === 0) {
            return 0;
        }
    }
    return 10 - have.length / 100;
}

/** The ones that answer, best first; as they come when nothing was typed. Groups stay together. */
export function rank<T extends { group: string }>(all: T[], typed: string, text: (one: T) => string): T[] {
    if (typed.trim() === "") {
        return grouped(all);
    }
    const scored = all.map((one) => ({ one, score: score(text(one), typed) })).filter(({ score }) => score > 0);
    return grouped(scored.sort((a, b) => b.score - a.score).map(({ one }) => one));
}

function grouped<T extends { group: string }>(all: T[]): T[] {
    const groups = [...new Set(all.map((one) => one.group))];
    return groups.flatMap((group) => all.filter((one) => one.group === group));
}
