import { type Signal, signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { ApiError, sentenceOf } from "../api/problem";

/** The state of one form: its values, what is wrong with them, whether it is being sent. */
export class FormState<T extends object> {
    readonly values: Signal<T>;
    /** By field name; nested fields by their dotted name. */
    readonly errors = signal<Record<string, string>>({});
    /** What is wrong and belongs to no field. */
    readonly problem = signal("");
    readonly busy = signal(false);
    /** Somebody else changed the thing since it was read. */
    readonly stale = signal(false);

    private readonly known = new Set<string>();

    constructor(initial: T) {
        this.values = signal(initial);
    }

    /** A field of this name shows its own errors. */
    shows(field: string): void {
        this.known.add(field);
    }

    set<K extends keyof T>(name: K, value: T[K]): void {
        this.values.value = { ...this.values.peek(), [name]: value };
        if (this.errors.peek()[name as string] !== undefined) {
            const { [name as string]: _, ...rest } = this.errors.peek();
            this.errors.value = rest;
        }
    }

    reset(values: T): void {
        this.values.value = values;
        this.errors.value = {};
        this.problem.value = "";
        this.stale.value = false;
    }

    /** Does the work with the values; shows what goes wrong. True when it went well. */
    async submit(work: (values: T) => Promise<unknown>): Promise<boolean> {
        if (this.busy.peek()) {
            return false;
        }
        this.busy.value = true;
        this.problem.value = "";
        this.errors.value = {};
        this.stale.value = false;
        try {
            await work(this.values.peek());
            return true;
        } catch (error) {
            this.show(error);
            return false;
        } finally {
            this.busy.value = false;
        }
    }

    /** Shows an error: at its fields where they are on the form, else above it. */
    show(error: unknown): void {
        if (!(error instanceof ApiError)) {
            this.problem.value = sentenceOf(error);
            return;
        }
        this.stale.value = error.isStale;
        const errors: Record<string, string> = {};
        const others: string[] = [];
        for (const { field, message } of error.fields) {
            const name = this.fieldOf(field);
            if (name === undefined) {
                others.push(field === "" ? message : `${field}: ${message}`);
            } else {
                errors[name] = message;
            }
        }
        this.errors.value = errors;
        if (error.fields.length === 0) {
            this.problem.value = error.message;
        } else {
            this.problem.value = others.join(" ");
        }
    }

    /** The field of the form that an error such as `exposedSubnets[1]` or `mfa.timeoutSeconds` belongs to. */
    private fieldOf(field: string): string | undefined {
        const candidates = [field, field.replace(/\[\d+\].*$/, ""), field.replace(/[.[].*$/, "")];
        return candidates.find((candidate) => this.known.has(candidate));
    }
}

export function useForm<T extends object>(initial: T, deps: unknown[] = []): FormState<T> {
    return useMemo(() => new FormState(initial), deps);
}
