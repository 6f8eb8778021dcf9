import { effect, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";
const KEY = "sekisho.theme";

function stored(): Theme {
    const value = typeof localStorage === "undefined" ? null : localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : "system";
}

/** Light, dark, or what the system says. Kept on this device. */
export const theme = signal<Theme>(stored());

export function startTheme(): void {
    effect(() => {
        if (theme.value === "system") {
            delete document.documentElement.dataset.theme;
            localStorage.removeItem(KEY);
        } else {
            document.documentElement.dataset.theme = theme.value;
            localStorage.setItem(KEY, theme.value);
        }
    });
}
