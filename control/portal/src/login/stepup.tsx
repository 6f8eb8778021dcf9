import { entered } from "../state/login";
import { stepUpQuestion } from "../state/stepup";
import { Dialog } from "../ui/dialogs";
import { FactorPrompt } from "./factor";

/** Asks for the second factor again before something dangerous. */
export function StepUpDialog() {
    const asked = stepUpQuestion.value;
    if (asked === undefined) {
        return null;
    }
    return (
        <Dialog title="Confirm that it is you" size="narrow" onClose={() => asked.answer(false)}>
            <p class="quiet">This needs your second factor. It then counts for five minutes.</p>
            <FactorPrompt
                verb="Confirm"
                onDone={(session) => {
                    entered(session);
                    asked.answer(true);
                }}
            />
        </Dialog>
    );
}
