import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { Enroll } from "../login/enroll";
import { FactorPrompt } from "../login/factor";
import { Gate } from "../login/frame";
import { GetPage } from "../login/get";
import { LinkPage } from "../login/link";
import { LoginPage } from "../login/login";
import { PasswordForm } from "../login/password";
import { StepUpDialog } from "../login/stepup";
import { beginSetup, inSetup, needsWizard, refreshSession, Wizard } from "../login/wizard";
import { entered } from "../state/login";
import { go, match, path, place, query, safeReturn } from "../state/router";
import { session } from "../state/session";
import { Overlays } from "../ui/dialogs";
import { Shell } from "./shell";

/** Before the portal: login and what it still lacks. */
function Entrance() {
    const stage = session.value?.stage;
    if (session.value === null || stage === undefined) {
        return <LoginPage />;
    }
    if (stage === "password") {
        return (
            <Gate title="Choose a new password" text="You need one of your own before you go on.">
                <PasswordForm onDone={entered} submit="Continue" />
            </Gate>
        );
    }
    if (stage === "enroll") {
        return (
            <Gate title="Set up your second factor" text="It proves that it is you whenever you reach something.">
                <Enroll onDone={refreshSession} />
            </Gate>
        );
    }
    return (
        <Gate title="Confirm that it is you" text={`Welcome back, ${session.value?.user.displayName || session.value?.user.name}.`}>
            <FactorPrompt onDone={entered} verb="Continue" />
        </Gate>
    );
}

/** Links that were sent to somebody need no login. */
function linkPage(at: string): VNode | undefined {
    const challenge = match("/challenge/:id", at)?.id;
    const device = match("/get/:id", at)?.id;
    return challenge !== undefined ? <LinkPage id={challenge} /> : device !== undefined ? <GetPage id={device} /> : undefined;
}

/** Keeps the address in step with the login: where somebody wanted to go is where they arrive. */
function useLoginAddress(): void {
    const complete = session.value?.stage === "complete";
    useEffect(() => {
        if (linkPage(path.peek()) !== undefined) {
            return;
        }
        if (complete && path.peek() === "/login") {
            go(safeReturn(query.peek().get("to")), { replace: true });
        } else if (!complete && path.peek() !== "/login") {
            const to = place.peek();
            go(to === "/" ? "/login" : `/login?to=${encodeURIComponent(to)}`, { replace: true });
        }
    }, [complete]);
}

export function App() {
    useLoginAddress();
    const wizard = needsWizard() && session.value !== null;
    useEffect(() => {
        if (wizard) {
            beginSetup();
        }
    }, [wizard]);
    const complete = session.value?.stage === "complete";
    const link = linkPage(path.value);
    return (
        <>
            {link !== undefined ? link : session.value !== null && (wizard || inSetup.value) ? <Wizard /> : complete ? <Shell /> : <Entrance />}
            <StepUpDialog />
            <Overlays />
        </>
    );
}
