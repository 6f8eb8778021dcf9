package dev.sekisho.control.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.store.TestDatabases.TestDatabase;
import dev.sekisho.control.web.Problem;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// What tests of users, logins and factors share; each runs on both databases.
@SuppressWarnings("this-escape") // what says which database has no state
public abstract class IdentityContract {
    protected TestDatabase file = opened();
    protected Identity identity = new Identity(file.open());

    /// A new database.
    protected abstract TestDatabase newDatabase();

    private TestDatabase opened() {
        return newDatabase();
    }

    @BeforeEach
    void isReady() {
        assertThat(identity.firstPassword).isNotEmpty();
    }

    @AfterEach
    void close() {
        identity.close();
        file.close();
    }

    /// The same database as another node, or after a restart, sees it.
    protected Identity another() {
        return new Identity(file.open());
    }

    /// Expects a problem.
    protected static AbstractThrowableAssert<?, ? extends Throwable> refuses(int status, ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(status));
    }
}
