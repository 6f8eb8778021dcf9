import { useState } from "preact/hooks";
import { api, got } from "../api/client";
import { createPasskey, passkeysWork } from "../api/passkey";
import type { TotpStart as Start } from "../api/types";
import { useForm } from "../state/form";
import { session } from "../state/session";
import { toastError } from "../state/toasts";
import { Button, CopyButton, SecretText } from "../ui/controls";
import { FormProblem, Text } from "../ui/fields";
import { Bones, Note, QrCode } from "../ui/parts";


/** A name for what is registered here, that its owner will know again. */
function deviceName(): string {
    const agent = navigator.userAgent;
    const system = /Android/.test(agent) ? "Android" : /iPhone|iPad/.test(agent) ? "iPhone" : /Mac OS/.test(agent) ? "Mac" : /Windows/.test(agent) ? "Windows" : "Linux";
    return `My ${system} device`;
}

export async function registerPasskey(name: string): Promise<void> {
    const options = await got(api.POST("/me/factors/passkey/options", { body: { name } }));
    const credential = await createPasskey(options);
    await api.POST("/me/factors/passkey", { body: { name, credential } });
}

/** Secret, QR code, and the first code as the proof that the app has it. */
export function TotpSetup({ onDone }: { onDone: () => unknown }) {
    const [start, setStart] = useState<Start>();
    const [asked, setAsked] = useState(false);
    const form = useForm({ code: "" });
    if (!asked) {
        setAsked(true);
        got(api.POST("/me/factors/totp", { body: { name: "Authenticator app" } })).then(setStart, toastError);
    }
    if (start === undefined) {
        return <Bones lines={5} />;
    }
    const save = (): Promise<boolean> =>
        form.submit(async ({ code }) => {
            await api.POST("/me/factors/totp/{id}/confirm", { params: { path: { id: start.id } }, body: { code: code.trim() } });
            await onDone();
        });
    return (
        <form class="stack" noValidate onSubmit={(event) => { event.preventDefault(); void save(); }}>
            <FormProblem form={form} />
            <p class="quiet">Scan this with an authenticator app, then type the code that it shows.</p>
            <div class="beside">
                <QrCode svg={start.qrSvg} label="QR code for your authenticator app" />
                <div class="stack">
                    <div class="field">
                        <span class="label">Can't scan? Type this key into the app</span>
                        <SecretText text={start.secret} label="the key" />
                    </div>
                    <Text form={form} name="code" label="Code from the app" code autocomplete="one-time-code" />
                </div>
            </div>
            <Button type="submit" kind="primary" size="large wide" busy={form.busy.value}>Confirm</Button>
        </form>
    );
}

/** Ten codes, shown once. */
export function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
    const text = codes.join("\n");
    const url = `data:text/plain;charset=utf-8,${encodeURIComponent(`${text}\n`)}`;
    return (
        <div class="stack">
            <Note tone="warn" icon="warn">Keep these somewhere safe. Each works once when you have lost your second factor. They are not shown again.</Note>
            <div class="code"><pre tabIndex={0} aria-label="Recovery codes">{text}</pre></div>
            <div class="row-wrap">
                <CopyButton text={text} label="Copy the codes" />
                <a class="btn small" href={url} download="sekisho-recovery-codes.txt">Download</a>
                <span class="push"><Button kind="primary" onClick={onDone}>I have kept them</Button></span>
            </div>
        </div>
    );
}

/** Chooses and sets up the first second factor. */
export function Enroll({ onDone }: { onDone: () => Promise<unknown> }) {
    const [way, setWay] = useState<"choose" | "totp">("choose");
    const accepted = new Set(session.value?.acceptedKinds);
    const byPasskey = accepted.has("passkey") && passkeysWork();
    const byApp = accepted.has("totp");
    if (way === "totp") {
        return (
            <div class="stack">
                <TotpSetup onDone={onDone} />
                {byPasskey && <Button kind="ghost" onClick={() => setWay("choose")}>Use a passkey instead</Button>}
            </div>
        );
    }
    const passkey = async (): Promise<void> => {
        await registerPasskey(deviceName());
        await onDone();
    };
    return (
        <div class="stack">
            {byPasskey && <Button kind="primary" size="large wide" icon="passkey" onClick={passkey}>Create a passkey</Button>}
            {byApp && <Button size="large wide" icon="phone" onClick={() => setWay("totp")}>Use an authenticator app</Button>}
            {!byPasskey && !byApp && (
                <Note tone="bad" icon="warn">
                    {accepted.has("passkey")
                        ? "Your administrators ask for a passkey, and this browser can’t make one here. Open the portal by its name with a browser that can."
                        : "Your administrators ask for codes by e-mail, and you have no address here. Ask them to add yours."}
                </Note>
            )}
            {byPasskey && <p class="hint small quiet">A passkey is unlocked by your finger, face or PIN and can’t be phished.{!byApp && " Your administrators ask for one."}</p>}
            {byApp && <p class="hint small quiet">An authenticator app shows a new code every 30 seconds.{!accepted.has("passkey") && " Your administrators ask for one."}</p>}
        </div>
    );
}
