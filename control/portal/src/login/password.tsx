import { api, got } from "../api/client";
import type { Session } from "../api/types";
import { useForm } from "../state/form";
import { Button } from "../ui/controls";
import { FormProblem, Switch, Text } from "../ui/fields";

const SHORTEST = 12;

/**
 * Changes the password; at the first login that is asked for.
 *
 * @param offerTokens whether to ask what becomes of API tokens
 */
export function PasswordForm({ onDone, submit = "Change password", offerTokens = false }: {
    onDone: (session: Session) => void;
    submit?: string;
    offerTokens?: boolean;
}) {
    const form = useForm({ current: "", next: "", again: "", revokeTokens: false });
    const save = (): Promise<boolean> =>
        form.submit(async ({ current, next, again, revokeTokens }) => {
            if (next !== again) {
                form.errors.value = { again: "The two passwords differ." };
                return;
            }
            onDone(await got(api.POST("/session/password", { body: { current, next, ...(revokeTokens && { revokeTokens }) } })));
        });
    return (
        <form class="stack" noValidate onSubmit={(event) => { event.preventDefault(); void save(); }}>
            <FormProblem form={form} />
            <Text form={form} name="current" label="Current password" type="password" autocomplete="current-password" autoFocus />
            <Text
                form={form}
                name="next"
                label="New password"
                type="password"
                autocomplete="new-password"
                hint={`At least ${SHORTEST} characters. A few words that do not belong together are easy to remember and hard to guess.`}
            />
            <Text form={form} name="again" label="New password again" type="password" autocomplete="new-password" />
            {offerTokens && <Switch form={form} name="revokeTokens" label="Revoke my API tokens" hint="Do it if somebody else may have known the password. Other sessions end in any case." />}
            <Button type="submit" kind="primary" size="large wide" busy={form.busy.value}>{submit}</Button>
        </form>
    );
}
