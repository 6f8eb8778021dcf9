import { api, got } from "../api/client";
import { useForm } from "../state/form";
import { entered } from "../state/login";
import { query } from "../state/router";
import { server } from "../state/session";
import { toastError } from "../state/toasts";
import { Button } from "../ui/controls";
import { Choice, FormProblem, Text } from "../ui/fields";
import { Note } from "../ui/parts";
import { Gate } from "./frame";

/** Kinds of directories at whose own pages people log in. */
const ELSEWHERE = new Set(["oidc", "saml"]);

/** Name and password, or the way to a directory that asks for them itself. */
export function LoginPage() {
    const methods = server.value?.loginMethods ?? [];
    const withPassword = methods.filter((method) => !ELSEWHERE.has(method.kind));
    const elsewhere = methods.filter((method) => ELSEWHERE.has(method.kind));
    const form = useForm({ user: "", password: "", directory: withPassword[0]?.id ?? "" }, [methods]);
    const refused = query.value.get("error");

    const logIn = (): Promise<boolean> =>
        form.submit(async ({ user, password, directory }) => {
            try {
                const body = { user: user.trim(), password, ...(withPassword.length > 1 && { directory }) };
                entered(await got(api.POST("/login", { body })));
            } catch (error) {
                form.set("password", "");
                throw error;
            }
        });
    const goTo = async (directory: string, kind: string): Promise<void> => {
        const body = { directory };
        const { url } = await got(kind === "saml" ? api.POST("/login/saml/start", { body }) : api.POST("/login/oidc/start", { body }));
        // Only a web address may be gone to, whatever the answer says.
        const target = new URL(url, location.href);
        if (target.protocol !== "https:" && target.protocol !== "http:") {
            throw new Error("The directory's address is none that a browser may open.");
        }
        location.assign(target.href);
    };
    return (
        <Gate title="Log in" text={server.value?.needsSetup ? "Use the name and the one-time password that the server printed when it started." : "to your access portal"}>
            <div class="stack">
                {refused !== null && <Note tone="bad" icon="warn">{refused}</Note>}
                <FormProblem form={form} />
                <form
                    class="stack"
                    noValidate
                    onSubmit={(event) => {
                        event.preventDefault();
                        void logIn();
                    }}
                >
                    {withPassword.length > 1 && (
                        <Choice form={form} name="directory" label="Directory" choices={withPassword.map(({ id, label }) => ({ value: id, label }))} />
                    )}
                    <Text form={form} name="user" label="User name" autocomplete="username" autoFocus />
                    <Text form={form} name="password" label="Password" type="password" autocomplete="current-password" />
                    <Button type="submit" kind="primary" size="large wide" busy={form.busy.value}>Log in</Button>
                </form>
                {elsewhere.map((method) => (
                    <Button key={method.id} size="large wide" icon="directory" onClick={() => goTo(method.id, method.kind).catch(toastError)}>
                        Continue with {method.label}
                    </Button>
                ))}
            </div>
        </Gate>
    );
}
