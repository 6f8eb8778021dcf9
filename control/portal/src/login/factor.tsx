import { useState } from "preact/hooks";
import { api, got } from "../api/client";
import { passkeysWork, usePasskey } from "../api/passkey";
import type { Session } from "../api/types";
import { useForm } from "../state/form";
import { session } from "../state/session";
import { toast } from "../state/toasts";
import { Button } from "../ui/controls";
import { FormProblem, Text } from "../ui/fields";

type Way = "passkey" | "totp" | "recovery" | "email";

const NAMES: Record<Way, string> = {
    passkey: "Use a passkey",
    totp: "Use a code from your app",
    recovery: "Use a recovery code",
    email: "Send a code by e-mail",
};

function ways(current: Session): Way[] {
    const kinds = new Set(current.factors.map((factor) => factor.kind));
    const all: Way[] = ["passkey", "totp", "email", "recovery"];
    return all.filter((way) => kinds.has(way) && (way !== "passkey" || passkeysWork()));
}

/** Asks for the second factor in whichever way the person has one. */
export function FactorPrompt({ onDone, verb }: { onDone: (session: Session) => void; verb: string }) {
    const current = session.value as Session;
    const available = ways(current);
    const [way, setWay] = useState<Way>(available[0] ?? "totp");
    const form = useForm({ code: "" }, [way]);
    const [sent, setSent] = useState(false);

    const withPasskey = (): Promise<boolean> =>
        form.submit(async () => {
            const options = await got(api.POST("/session/passkey/options"));
            const credential = await usePasskey(options);
            onDone(await got(api.POST("/session/passkey", { body: { credential } })));
        });
    const withCode = (): Promise<boolean> =>
        form.submit(async ({ code }) => {
            const kind = way === "passkey" ? "totp" : way;
            onDone(await got(api.POST("/session/factor", { body: { kind, code: code.trim() } })));
        });
    const send = async (): Promise<void> => {
        await api.POST("/session/factor/email");
        setSent(true);
        toast("A code is on its way to you.");
    };
    const others = available.filter((one) => one !== way);
    return (
        <form
            class="stack"
            noValidate
            onSubmit={(event) => {
                event.preventDefault();
                void (way === "passkey" ? withPasskey() : withCode());
            }}
        >
            <FormProblem form={form} />
            {way === "passkey" && <p class="quiet">Your device asks for your finger, face or PIN.</p>}
            {way === "totp" && (
                <Text key="totp" form={form} name="code" label="Code from your authenticator app" code autoFocus autocomplete="one-time-code" />
            )}
            {way === "recovery" && (
                <Text key="recovery" form={form} name="code" label="Recovery code" mono autoFocus hint="Each of your recovery codes works once." />
            )}
            {way === "email" && (
                <>
                    {!sent && <Button icon="mail" onClick={send}>Send me a code</Button>}
                    <Text key="email" form={form} name="code" label="Code from the e-mail" mono autocomplete="one-time-code" />
                </>
            )}
            <Button type="submit" kind="primary" size="large wide" busy={form.busy.value} {...(way === "passkey" && { icon: "passkey" as const })}>
                {way === "passkey" ? "Continue with passkey" : verb}
            </Button>
            {others.length > 0 && (
                <div class="row-wrap">
                    {others.map((one) => (
                        <Button key={one} kind="ghost" size="small" onClick={() => setWay(one)}>{NAMES[one]}</Button>
                    ))}
                </div>
            )}
        </form>
    );
}
