import { describe, expect, test } from "vitest";
import { ApiError } from "../src/api/problem";
import { FormState } from "../src/state/form";

function form() {
    const made = new FormState({ name: "", subnets: [] as string[], "mfa.timeoutSeconds": 1 });
    made.shows("name");
    made.shows("subnets");
    made.shows("mfa.timeoutSeconds");
    return made;
}

const refuse = (...fields: { field: string; message: string }[]) => () => Promise.reject(new ApiError(400, "invalid", "Some values can't be used", fields));

describe("a form", () => {
    test("shows each error at its field, also of lists and nested ones", async () => {
        const one = form();
        await one.submit(refuse({ field: "name", message: "a" }, { field: "subnets[1]", message: "b" }, { field: "mfa.timeoutSeconds", message: "c" }));
        expect(one.errors.value).toEqual({ name: "a", subnets: "b", "mfa.timeoutSeconds": "c" });
        expect(one.problem.value).toBe("");
    });

    test("shows errors of fields that it does not have above itself", async () => {
        const one = form();
        await one.submit(refuse({ field: "interface", message: "is taken" }, { field: "", message: "no body" }));
        expect(one.problem.value).toBe("interface: is taken no body");
    });

    test("forgets the error of a field that is changed, and no other", async () => {
        const one = form();
        await one.submit(refuse({ field: "name", message: "a" }, { field: "subnets", message: "b" }));
        one.set("name", "x");
        expect(one.errors.value).toEqual({ subnets: "b" });
    });

    test("keeps its values when somebody else was faster", async () => {
        const one = form();
        one.set("name", "mine");
        expect(await one.submit(() => Promise.reject(new ApiError(412, "stale", "Changed")))).toBe(false);
        expect(one.stale.value).toBe(true);
        expect(one.values.value.name).toBe("mine");
    });

    test("is not sent twice at the same time", async () => {
        const one = form();
        let sent = 0;
        let finish: () => void = () => undefined;
        const first = one.submit(() => (sent++, new Promise<void>((resolve) => (finish = resolve))));
        expect(await one.submit(() => Promise.resolve(sent++))).toBe(false);
        finish();
        expect(await first).toBe(true);
        expect(sent).toBe(1);
        expect(one.busy.value).toBe(false);
    });

    test("can be sent again after a failure, without the old errors", async () => {
        const one = form();
        await one.submit(() => Promise.reject(new Error("no network")));
        expect(one.problem.value).toBe("no network");
        expect(await one.submit(() => Promise.resolve())).toBe(true);
        expect(one.problem.value).toBe("");
    });
});
