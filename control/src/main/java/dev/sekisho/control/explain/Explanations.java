package dev.sekisho.control.explain;

import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.grant.AccessGrant;
import dev.sekisho.control.grant.GrantQuery;
import dev.sekisho.control.people.People;
import dev.sekisho.control.people.Person;
import dev.sekisho.control.resource.Resource;
import dev.sekisho.control.simulate.PolicyMaterial;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.Problem;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.User;
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.compile.Explanation;
import dev.sekisho.policy.compile.PolicyCompiler;
import dev.sekisho.policy.compile.PolicyException;
import dev.sekisho.policy.compile.PolicySnapshot;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/// Answers questions at any moment from what the database says: only resources around the destination, what is
/// granted on them and the user who asks are compiled, so that it costs the same however large the network is.
/// Thread-safe.
final class Explanations {
    private final UnitOfWork work;
    private final PolicyMaterial.Sources sources;
    private final ToLongFunction<Transaction> version;

    Explanations(UnitOfWork work, PolicyMaterial.Sources sources, ToLongFunction<Transaction> version) {
        this.work = work;
        this.sources = sources;
        this.version = version;
    }

    /// What was found.
    ///
    /// @param around all resources whose addresses contain the destination
    /// @param grants all grants on them that were looked at, by identity
    /// @param person whose account it is, if there is one
    record Found(Explanation why, List<Resource> around, Map<String, AccessGrant> grants, Optional<Person> person) {
        Found {
            around = List.copyOf(around);
            grants = Map.copyOf(grants);
        }
    }

    /// Answers for a user.
    Found ofUser(UserId user, Question question) {
        Local local = local(question, Optional.of(user));
        Explanation why = local.policy()
                .explain(
                        user,
                        question.host().high(),
                        question.host().low(),
                        question.protocol(),
                        question.destination().getPort(),
                        question.at());
        return local.found(why);
    }

    /// Answers for a host that is nobody's device.
    Found ofHost(Question.Who.OfHost from, Question question) {
        Local local = local(question, Optional.empty());
        Explanation why = local.policy()
                .explainFromNetwork(
                        from.host(),
                        question.host().high(),
                        question.host().low(),
                        question.protocol(),
                        question.destination().getPort(),
                        question.at());
        return local.found(why);
    }

    private record Local(
            PolicySnapshot policy, List<Resource> around, Map<String, AccessGrant> grants, Optional<Person> person) {
        Found found(Explanation why) {
            return new Found(why, around, grants, person);
        }
    }

    private Local local(Question question, Optional<UserId> user) {
        try {
            return work.read(transaction -> local(transaction, question, user));
        } catch (PolicyException e) {
            throw Problem.unavailable("the policy doesn't fit together: " + e.getMessage());
        }
    }

    private Local local(Transaction transaction, Question question, Optional<UserId> user) {
        List<Resource> around = sources.resources()
                .around(transaction, question.host().high(), question.host().low());
        Map<String, AccessGrant> grants = new LinkedHashMap<>();
        around.forEach(resource -> grants(transaction, resource.id(), grants));
        Optional<Person> person = user.flatMap(name -> sources.people().user(transaction, name.name()));
        People.Everybody one = sources.people()
                .some(transaction, user.map(UserId::name).stream().toList());
        Map<UserId, User> users = new HashMap<>();
        one.users().forEach(found -> users.put(found.id(), found));
        Map<String, Resource> resources = new LinkedHashMap<>();
        around.forEach(resource -> resources.put(resource.id(), resource));
        Policy policy = new PolicyMaterial(one.roles(), users, resources, grants).policy(Instant.MIN);
        Policy numbered = new Policy(
                version.applyAsLong(transaction),
                policy.roles(),
                policy.users(),
                policy.resources(),
                policy.grants(),
                policy.handOffs());
        return new Local(PolicyCompiler.compile(numbered), around, grants, person);
    }

    private void grants(Transaction transaction, String resource, Map<String, AccessGrant> into) {
        GrantQuery query = new GrantQuery(
                Optional.empty(), Optional.of(resource), Optional.empty(), Optional.empty(), Optional.empty());
        Optional<String> cursor = Optional.empty();
        do {
            Page<AccessGrant> page =
                    sources.grants().page(transaction, query, new Page.Request(cursor, Page.Request.MAX_LIMIT));
            page.items().forEach(grant -> into.put(grant.id(), grant));
            cursor = page.next();
        } while (cursor.isPresent());
    }
}
