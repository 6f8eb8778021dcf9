/** What is wrong with one field. */
export interface FieldProblem {
    field: string;
    message: string;
}

/** An answer that is not what was asked for: a problem document (RFC 9457), or no answer at all (status 0). */
export class ApiError extends Error {
    constructor(
        readonly status: number,
        readonly code: string,
        detail: string,
        readonly fields: FieldProblem[] = [],
    ) {
        super(detail);
        this.name = "ApiError";
    }

    /** Somebody else changed it in the meantime. */
    get isStale(): boolean {
        return this.status === 412;
    }

    /** The server can't be reached. */
    get isOffline(): boolean {
        return this.status === 0;
    }
}

const BY_STATUS: Record<number, string> = {
    400: "Some values can't be used.",
    401: "Log in first.",
    403: "You may not do this.",
    404: "It does not exist, or not any more.",
    409: "It exists already, or something depends on it.",
    412: "It was changed by somebody else in the meantime.",
    429: "Too many attempts. Wait a moment and try again.",
    502: "The server can't be reached through its proxy.",
    503: "The server can't answer right now. Try again in a moment.",
};

/** Reads the problem out of a response; bodies of proxies that are no problem documents give a sentence by status. */
export async function problemOf(response: Response): Promise<ApiError> {
    const sentence = BY_STATUS[response.status] ?? `The server answered with status ${response.status}.`;
    const type = response.headers.get("content-type") ?? "";
    if (!type.includes("json")) {
        return new ApiError(response.status, "http", sentence);
    }
    try {
        const body: unknown = await response.clone().json();
        return fromBody(response.status, body, sentence);
    } catch {
        // A broken body says nothing more than its status does.
        return new ApiError(response.status, "http", sentence);
    }
}

function fromBody(status: number, body: unknown, sentence: string): ApiError {
    const problem = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
    const detail = typeof problem.detail === "string" && problem.detail !== "" ? problem.detail : sentence;
    const code = typeof problem.code === "string" ? problem.code : "http";
    const fields = Array.isArray(problem.errors) ? problem.errors.filter(isField) : [];
    return new ApiError(status, code, upperFirst(detail), fields);
}

function isField(value: unknown): value is FieldProblem {
    const field = value as FieldProblem | null;
    return typeof field?.field === "string" && typeof field.message === "string";
}

function upperFirst(text: string): string {
    return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A sentence for people about anything that was thrown. */
export function sentenceOf(error: unknown): string {
    if (error instanceof ApiError) {
        return error.message;
    }
    return error instanceof Error ? error.message : "Something went wrong.";
}
