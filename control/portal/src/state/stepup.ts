import { signal } from "@preact/signals";

/** The question that is open, if one is. */
export const stepUpQuestion = signal<{ answer(done: boolean): void } | undefined>(undefined);

/** Opens the dialog that asks for the second factor; resolves when it was given (true) or refused (false). */
export function askStepUp(): Promise<boolean> {
    return new Promise((resolve) => {
        stepUpQuestion.value = {
            answer(done) {
                stepUpQuestion.value = undefined;
                resolve(done);
            },
        };
    });
}
