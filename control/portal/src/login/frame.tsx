import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { logOut } from "../state/login";
import { server, session } from "../state/session";
import { theme } from "../state/theme";
import { Mark } from "../ui/icons";

/** The page around everything before the portal itself. */
export function Gate({ title, text, wide, above, children }: {
    title: string;
    text?: ComponentChildren;
    wide?: boolean;
    above?: ComponentChildren;
    children: ComponentChildren;
}) {
    useEffect(() => {
        document.title = `${title} · Sekisho`;
    }, [title]);
    return (
        <div class="gate">
            <main class={wide ? "wide" : undefined}>
                {above}
                <div class="gate-card" key={title}>
                    <div class="gate-head">
                        <Mark />
                        <h1>{title}</h1>
                        {text !== undefined && <p>{text}</p>}
                    </div>
                    {children}
                </div>
            </main>
            <footer>
                <span>{server.value?.name ?? "Sekisho"} {server.value?.version}</span>
                <button type="button" class="btn ghost small" onClick={() => (theme.value = theme.value === "dark" ? "light" : "dark")}>
                    {theme.value === "dark" ? "Light theme" : "Dark theme"}
                </button>
                {session.value && (
                    <button type="button" class="btn ghost small" onClick={() => void logOut()}>Log out</button>
                )}
            </footer>
        </div>
    );
}
