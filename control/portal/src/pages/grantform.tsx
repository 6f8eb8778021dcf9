import { useState } from "preact/hooks";
import { api, got, ifMatch } from "../api/client";
import type { Grant, GrantInput } from "../api/types";
import { useResourceChoices, useRoleChoices, useUserChoices } from "../app/choices";
import { fromFields, problems, toFields, type Validity } from "../format/validity";
import { useForm } from "../state/form";
import { invalidate } from "../state/queries";
import { query } from "../state/router";
import { toast, toastError } from "../state/toasts";
import { Button } from "../ui/controls";
import { Dialog, FormDialog } from "../ui/dialogs";
import { Choice, FormProblem, Named, Switch, Text } from "../ui/fields";
import { Simulate } from "./simulation";
import { ValidityEditor } from "./validity";
import { useWindows, Weeks } from "./windows";

interface Values {
    resource: string;
    kind: "user" | "role" | "network";
    who: string;
    deny: boolean;
    mfa: boolean;
    comment: string;
    validity: Validity;
}

function valuesOf(grant: Grant | undefined, resource: string): Values {
    const [kind = "role", ...rest] = (grant?.to ?? "role:").split(":");
    return {
        resource: grant?.resource ?? resource,
        kind: kind as Values["kind"],
        who: rest.join(":"),
        deny: grant?.deny ?? false,
        mfa: grant?.mfa ?? true,
        comment: grant?.comment ?? "",
        validity: grant === undefined ? { kind: "always" } : fromFields(grant),
    };
}

function inputOf(values: Values): GrantInput {
    return {
        resource: values.resource,
        to: `${values.kind}:${values.who.trim()}`,
        deny: values.deny,
        mfa: values.deny ? false : values.mfa,
        ...toFields(values.validity),
        ...(values.comment.trim() !== "" && { comment: values.comment.trim() }),
    };
}

const FIELDS_OF_VALIDITY = ["from", "until", "durationSeconds", "weekly"];

export function GrantDialog({ grant, onClose }: { grant: Grant | undefined; onClose: () => void }) {
    const roles = useRoleChoices();
    const [base, setBase] = useState(grant);
    const form = useForm(valuesOf(base, query.value.get("resource") ?? ""), [base]);
    // Errors of these fields and of `to` are shown where the person can mend them.
    FIELDS_OF_VALIDITY.forEach((name) => form.shows(name));
    form.shows("to");
    const { kind, deny, validity, resource, who } = form.values.value;
    const users = useUserChoices(kind === "user" ? who : "");
    const resources = useResourceChoices(resource);
    const fields = toFields(validity);
    const windows = useWindows(fields, fields.weekly !== undefined && Object.keys(problems(validity)).length === 0);
    const errors = form.errors.value;
    if (errors.to !== undefined && errors.who === undefined) {
        form.errors.value = { ...errors, who: errors.to };
    }
    const save = async (values: Values, version?: number): Promise<void> => {
        const wrong = problems(values.validity);
        if (Object.keys(wrong).length > 0) {
            form.errors.value = wrong;
            throw new Error("The grant is not complete yet.");
        }
        const body = inputOf(values);
        if (grant === undefined) {
            await api.POST("/grants", { body });
        } else {
            await api.PUT("/grants/{id}", { params: { path: { id: grant.id } }, body, headers: ifMatch(version) });
        }
        await invalidate("grants", "resources");
        toast(grant === undefined ? "Granted. It counts from now on." : "Saved. It counts from now on.");
    };
    return (
        <FormDialog
            title={grant === undefined ? "Add a grant" : "Edit the grant"}
            submit={grant === undefined ? "Grant" : "Save"}
            form={form}
            onClose={onClose}
            save={(values) => save(values, base?.version)}
            {...(grant !== undefined && {
                onOverwrite: (values: Values) => save(values),
                onReload: async () => setBase(await got(api.GET("/grants/{id}", { params: { path: { id: grant.id } } }))),
            })}
        >
            <Named form={form} name="resource" label="Resource" choices={resources} choice={(one) => ({ value: one.name, label: `${one.name}  (${one.cidr}, ${one.ports === "*" ? "all ports" : one.ports})` })} />
            <div class="pair">
                <Choice form={form} name="kind" label="To" choices={[{ value: "role", label: "A role" }, { value: "user", label: "A user" }, { value: "network", label: "Who comes from a network" }]} />
                {kind === "network" && <Text form={form} name="who" label="Network" mono placeholder="10.90.0.0/24" />}
                {kind === "user" && <Named form={form} name="who" label="User" choices={users} choice={({ name }) => ({ value: name, label: name })} />}
                {kind === "role" && <Named form={form} name="who" label="Role" choices={roles} choice={({ name }) => ({ value: name, label: name })} />}
            </div>
            <ValidityEditor value={validity} errors={errors} onChange={(next) => form.set("validity", next)} />
            {windows !== undefined && <Weeks windows={windows} deny={deny} />}
            {!deny && <Switch form={form} name="mfa" label="Ask for the second factor" hint="When it is touched, and again after a time without traffic. Leave it on unless machines talk here, as for DNS." />}
            <Switch form={form} name="deny" label="Deny instead" hint="A deny wins over every grant." />
            <Text form={form} name="comment" label="Comment" optional />
            <Simulate draft={{ grants: [{ ...(grant !== undefined && { id: grant.id }), grant: inputOf(form.values.value) }] }} fail={(error) => form.show(error)} />
        </FormDialog>
    );
}

/** Takes a grant back, after a question; for a moment it can be given again. */
export function RevokeDialog({ grant, onClose, onGone }: { grant: Grant; onClose: () => void; onGone?: () => void }) {
    const form = useForm({});
    return (
        <Dialog
            title="Revoke this grant?"
            onClose={onClose}
            onSubmit={async () => {
                const gone = await form.submit(async () => {
                    await api.DELETE("/grants/{id}", { params: { path: { id: grant.id } } });
                    await invalidate("grants", "resources");
                    toast("Revoked.", "ok", { label: "Grant it again", run: () => void again(grant).catch(toastError) });
                });
                if (gone) {
                    onClose();
                    onGone?.();
                }
            }}
            footer={
                <>
                    <Button onClick={onClose}>Cancel</Button>
                    <Button type="submit" kind="danger solid" busy={form.busy.value}>Revoke</Button>
                </>
            }
        >
            <FormProblem form={form} />
            <p class="quiet">{grant.deny ? `${grant.to.replace(":", " ")} is no longer kept from ${grant.resource}: other grants count again.` : `${grant.to.replace(":", " ")} loses ${grant.resource}. Live flows end within a second.`}</p>
            <Simulate draft={{ grants: [{ id: grant.id }] }} fail={(error) => form.show(error)} />
        </Dialog>
    );
}

async function again({ resource, to, deny, mfa, from, until, weekly, comment }: Grant): Promise<void> {
    await api.POST("/grants", { body: { resource, to, deny, mfa, ...(from && { from }), ...(until && { until }), ...(weekly && { weekly }), ...(comment && { comment }) } });
    await invalidate("grants", "resources");
    toast("It is granted again.");
}
