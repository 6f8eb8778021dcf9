import { describe, expect, test } from "vitest";
import { ApiError, problemOf, sentenceOf } from "../src/api/problem";
import { transport } from "../src/api/transport";

function problem(status: number, code: string, more: Record<string, unknown> = {}): Response {
    return new Response(JSON.stringify({ type: "about:blank", title: code, status, detail: `the ${code} sentence`, code, ...more }), {
        status,
        headers: { "content-type": "application/problem+json" },
    });
}

/** A server that gives its answers in turn and keeps what it was sent. */
function server(...answers: (Response | Error)[]) {
    const seen: { method: string; csrf: string | null; body: string }[] = [];
    const send = async (input: RequestInfo | URL): Promise<Response> => {
        const request = input as Request;
        seen.push({ method: request.method, csrf: request.headers.get("X-CSRF-Token"), body: await request.text() });
        const answer = answers.shift() ?? new Response(null, { status: 204 });
        if (answer instanceof Error) {
            throw answer;
        }
        return answer;
    };
    return { seen, send };
}

function hooks(stepUp: () => Promise<boolean> = () => Promise.resolve(true)) {
    const state = { token: "first" as string | undefined, out: 0 };
    return { state, csrfToken: () => state.token, stepUp, loggedOut: () => void state.out++ };
}

const post = (path = "/users"): Request => new Request(`http://localhost/api/v1${path}`, { method: "POST", body: '{"name":"x"}' });
const failure = async (call: Promise<Response>): Promise<ApiError> => {
    try {
        await call;
    } catch (error) {
        return error as ApiError;
    }
    throw new Error("it should have failed");
};

describe("problems", () => {
    test("carry their sentence, code and fields", async () => {
        const error = await problemOf(problem(400, "invalid", { errors: [{ field: "name", message: "is taken" }, { field: 7 }] }));
        expect(error).toMatchObject({ status: 400, code: "invalid", message: "The invalid sentence", fields: [{ field: "name", message: "is taken" }] });
    });

    test("of a proxy that speaks HTML become a sentence by status", async () => {
        const error = await problemOf(new Response("<h1>Bad gateway</h1>", { status: 502, headers: { "content-type": "text/html" } }));
        expect(error.message).toBe("The server can't be reached through its proxy.");
    });

    test.each(["", "null", "[]", '"text"', "{broken"])("with the body %j still have a sentence", async (body) => {
        const error = await problemOf(new Response(body, { status: 409, headers: { "content-type": "application/json" } }));
        expect(error.message).toBe("It exists already, or something depends on it.");
    });

    test("anything that is thrown has a sentence", () => {
        expect(sentenceOf(new Error("it broke"))).toBe("It broke".replace("It", "it"));
        expect(sentenceOf("what")).toBe("Something went wrong.");
    });
});

describe("the transport", () => {
    test("sends the token with changes only", async () => {
        const { seen, send } = server();
        const call = transport(hooks(), send);
        await call(post());
        await call(new Request("http://localhost/api/v1/users"));
        expect(seen.map((one) => one.csrf)).toEqual(["first", null]);
    });

    test("asks for the second factor and repeats the request with its body and the new token", async () => {
        const { seen, send } = server(problem(403, "step-up-required"));
        const given = hooks(async () => {
            given.state.token = "second";
            return true;
        });
        const answer = await transport(given, send)(post());
        expect(answer.status).toBe(204);
        expect(seen.map((one) => [one.csrf, one.body])).toEqual([["first", '{"name":"x"}'], ["second", '{"name":"x"}']]);
    });

    test("does not repeat it when the person refuses", async () => {
        const { seen, send } = server(problem(403, "step-up-required"));
        const error = await failure(transport(hooks(() => Promise.resolve(false)), send)(post()));
        expect(error.code).toBe("step-up-cancelled");
        expect(seen).toHaveLength(1);
    });

    test("asks once for requests at the same time", async () => {
        const { send } = server(problem(403, "step-up-required"), problem(403, "step-up-required"));
        let asked = 0;
        let answer: (done: boolean) => void = () => undefined;
        const call = transport(hooks(() => (asked++, new Promise((resolve) => (answer = resolve)))), send);
        const both = [call(post()), call(post("/roles"))];
        await new Promise((resolve) => setTimeout(resolve));
        answer(true);
        await Promise.all(both);
        expect(asked).toBe(1);
    });

    test("does not ask a second time for one request", async () => {
        const { send } = server(problem(403, "step-up-required"), problem(403, "step-up-required"));
        const error = await failure(transport(hooks(), send)(post()));
        expect(error.code).toBe("step-up-required");
    });

    test("knows that the login is over", async () => {
        const given = hooks();
        await failure(transport(given, server(problem(401, "unauthenticated")).send)(post()));
        expect(given.state.out).toBe(1);
    });

    test("takes a wrong password for no end of a login", async () => {
        const given = hooks();
        await failure(transport(given, server(problem(401, "unauthenticated")).send)(post("/login")));
        expect(given.state.out).toBe(0);
    });

    test("what only reads is asked again once when the network drops it, a change never", async () => {
        const reading = server(new TypeError("network changed"), new Response("{}", { status: 200 }));
        const answer = await transport(hooks(), reading.send)(new Request("http://localhost/api/v1/users"));
        expect(answer.status).toBe(200);
        expect(reading.seen).toHaveLength(2);
        const gone = server(new TypeError("1"), new TypeError("2"));
        expect((await failure(transport(hooks(), gone.send)(new Request("http://localhost/api/v1/users")))).isOffline).toBe(true);
        expect(gone.seen).toHaveLength(2);
        const changing = server(new TypeError("network changed"), new Response("{}", { status: 200 }));
        expect((await failure(transport(hooks(), changing.send)(post()))).isOffline).toBe(true);
        expect(changing.seen).toHaveLength(1);
    });

    test("says that the server can't be reached", async () => {
        const error = await failure(transport(hooks(), server(new TypeError("Failed to fetch")).send)(post()));
        expect(error.isOffline).toBe(true);
        expect(error.message).toContain("can't be reached");
    });
});
