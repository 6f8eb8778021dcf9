/** `abcd efgh` as the command line shows it: capitals, with a dash in the middle. */
export function tidyCode(text: string): string {
    const letters = text.toUpperCase().replace(/[^A-Z0-9]/g, "").slice(0, 8);
    return letters.length > 4 ? `${letters.slice(0, 4)}-${letters.slice(4)}` : letters;
}
