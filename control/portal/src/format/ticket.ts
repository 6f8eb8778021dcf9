const LONGEST = 64;

/** A quantifier behind a group that holds one: such patterns can take years in a browser. The server, which counts its steps, decides then. */
const SLOW = /[+*}]\??\)[+*{]/;

/** Whether a ticket number is of the form that a resource asks for; undefined where only the server can say. */
export function fitsTicket(pattern: string, ticket: string): boolean | undefined {
    if (pattern === "") {
        return true;
    }
    if (ticket.length > LONGEST) {
        return false;
    }
    if (SLOW.test(pattern)) {
        return undefined;
    }
    // Java lets every sign be escaped, browsers don't: as a number it is the same for both.
    const portable = pattern.replace(/\\([-_"'#%&,:;<=>@`~! ])/g, (_, sign: string) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, "0")}`);
    try {
        return new RegExp(`^(?:${portable})$`, "u").test(ticket);
    } catch {
        // Java knows patterns that browsers don't.
        return undefined;
    }
}

/** A number of the pattern's form, for the empty field; undefined for all but simple patterns. */
export function exampleTicket(pattern: string): string | undefined {
    const text = pattern
        .replace(/(\\d|\[0-9\])\{(\d{1,2})(?:,\d*)?\}/g, (_, __, count: string) => "123456789012345678901234567890".slice(0, Number(count)))
        .replace(/(\\d|\[0-9\])\+?/g, "1")
        .replace(/\\([-.#/])/g, "$1");
    return text !== "" && fitsTicket(pattern, text) === true ? text : undefined;
}
