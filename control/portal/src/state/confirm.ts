import { signal } from "@preact/signals";

export interface Question {
    title: string;
    text: string;
    confirm: string;
    danger?: boolean;
    /** What must be typed before the button works. */
    typed?: string;
    /** A text that the person gives along, such as a reason. */
    ask?: { label: string; required?: boolean; hint?: string };
}

export const question = signal<(Question & { answer(value: string | undefined): void }) | undefined>(undefined);

/** Asks; resolves to what was given along (maybe empty), or undefined when the person said no. */
export function confirm(asked: Question): Promise<string | undefined> {
    return new Promise((resolve) => {
        question.value = {
            ...asked,
            answer(value) {
                question.value = undefined;
                resolve(value);
            },
        };
    });
}
