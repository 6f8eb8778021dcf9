import { api, got, ifMatch } from "../api/client";
import type { FlowLogSettings } from "../api/types";
import { bytes, count } from "../format/text";
import { dateTime } from "../format/time";
import { useForm } from "../state/form";
import { invalidate, useQuery } from "../state/queries";
import { toast } from "../state/toasts";
import { Button } from "../ui/controls";
import { FormProblem, Text } from "../ui/fields";
import { Card, Facts, Loaded, Note } from "../ui/parts";

const MIB = 1 << 20;

function Kept({ known }: { known: FlowLogSettings }) {
    const form = useForm({ days: known.days, maxBytes: Math.round(known.maxBytes / MIB) });
    const save = (version: number | undefined): Promise<boolean> =>
        form.submit(async ({ days, maxBytes }) => {
            await api.PUT("/flows/log/settings", { body: { days, maxBytes: maxBytes * MIB }, headers: ifMatch(version) });
            await invalidate("flow-settings");
            toast("Saved.");
        });
    return (
        <Card title="Flow log" text="What each node keeps of its flows. The oldest go first.">
            <form class="stack" noValidate onSubmit={(event) => { event.preventDefault(); void save(known.version); }}>
                <FormProblem form={form} onReload={() => invalidate("flow-settings")} onOverwrite={() => save(undefined)} />
                <div class="pair">
                    <Text form={form} name="days" label="Days" type="number" min={1} max={3650} hint="Today included." />
                    <Text form={form} name="maxBytes" label="MiB at most" type="number" min={64} hint="Of all files of a node." />
                </div>
                <div class="row-wrap"><Button type="submit" kind="primary" busy={form.busy.value}>Save</Button></div>
            </form>
        </Card>
    );
}

export function FlowLogTab() {
    const settings = useQuery("flow-settings", () => got(api.GET("/flows/log/settings")));
    return (
        <Loaded query={settings} retry={() => invalidate("flow-settings")}>
            {(known) => (
                <div class="stack">
                    {known.problem !== undefined && <Note tone="bad" icon="warn">The flow log can’t be written, so no new flow passes: {known.problem}. Make room on the disk.</Note>}
                    <Kept key={known.version} known={known} />
                    <Card title={`On ${known.node}`}>
                        <Facts items={[
                            ["Kept", `${bytes(known.bytes)} in ${count(known.files)} files`],
                            ["Since", known.oldest === undefined ? "nothing yet" : dateTime(known.oldest)],
                            ["Free on the disk", bytes(known.freeBytes)],
                            ["Left free in any case", `${bytes(known.reserveBytes)}: when less is free the oldest files go, then no new flow passes`],
                            ["Events in no file", count(known.lostEvents)],
                        ]} />
                    </Card>
                </div>
            )}
        </Loaded>
    );
}
