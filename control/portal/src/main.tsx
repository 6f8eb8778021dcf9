import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/controls.css";
import "./styles/parts.css";
import "./styles/overlays.css";
import "./styles/special.css";
import "./styles/small.css";
import { render } from "preact";
import { sentenceOf } from "./api/problem";
import { App } from "./app/app";
import { restInBackground, thisTab } from "./state/background";
import { live } from "./state/live";
import { startServiceWorker } from "./state/push";
import { boot, checkSession, followEvents } from "./state/login";
import { startRouter } from "./state/router";
import { startTheme } from "./state/theme";
import { Button } from "./ui/controls";
import { Mark } from "./ui/icons";

const root = document.getElementById("app") as HTMLElement;

function Unreachable({ reason }: { reason: string }) {
    return (
        <div class="gate">
            <main>
                <div class="gate-card">
                    <div class="gate-head">
                        <Mark />
                        <h1>The server can't be reached</h1>
                        <p role="alert">{reason}</p>
                    </div>
                    <Button kind="primary" size="large wide" icon="refresh" onClick={start}>Try again</Button>
                </div>
            </main>
        </div>
    );
}

async function start(): Promise<void> {
    try {
        await boot();
        render(<App />, root);
    } catch (error) {
        document.title = "Offline · Sekisho";
        render(<Unreachable reason={sentenceOf(error)} />, root);
    }
}

startTheme();
startRouter();
followEvents();
const tab = thisTab();
if (tab !== undefined) {
    restInBackground({ rest: () => live.rest(), wake: () => void live.wake(checkSession) }, tab);
}
startServiceWorker();
void start();
