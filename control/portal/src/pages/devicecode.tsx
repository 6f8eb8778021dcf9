import { useState } from "preact/hooks";
import { api } from "../api/client";
import { useForm } from "../state/form";
import { query } from "../state/router";
import { session } from "../state/session";
import { Button, LinkButton } from "../ui/controls";
import { FormProblem, Text } from "../ui/fields";
import { Card, Empty, Note, Page } from "../ui/parts";
import { tidyCode } from "./tidycode";

/** Lets a command line in, by the code that it shows. */
export default function DeviceCode() {
    const form = useForm({ userCode: tidyCode(query.value.get("code") ?? "") });
    const [done, setDone] = useState<"approved" | "denied">();
    const answer = (approve: boolean): Promise<boolean> =>
        form.submit(async ({ userCode }) => {
            await api.POST("/device-codes/approve", { body: { userCode: tidyCode(userCode), approve } });
            setDone(approve ? "approved" : "denied");
        });
    return (
        <Page title="Connect a command line" text="Type the code that the command line shows.">
            {done !== undefined ? (
                <Empty icon={done === "approved" ? "checkCircle" : "xCircle"} title={done === "approved" ? "Connected" : "Refused"} action={<LinkButton href="/">Go home</LinkButton>}>
                    {done === "approved" ? "Go back to your terminal: it is logged in." : "The command line was told no."}
                </Empty>
            ) : (
                <Card>
                    <form class="stack" noValidate onSubmit={(event) => { event.preventDefault(); void answer(true); }}>
                        <Note tone="warn" icon="warn">Only go on if you have just started this yourself. It gets everything that {session.value?.user.name} may do.</Note>
                        <FormProblem form={form} />
                        <Text form={form} name="userCode" label="Code" mono autoFocus placeholder="ABCD-EFGH" onBlur={() => form.set("userCode", tidyCode(form.values.peek().userCode))} />
                        <div class="row-wrap">
                            <Button type="submit" kind="primary" size="large" busy={form.busy.value}>Let it in</Button>
                            <Button size="large" onClick={() => answer(false)}>That was not me</Button>
                        </div>
                    </form>
                </Card>
            )}
        </Page>
    );
}
