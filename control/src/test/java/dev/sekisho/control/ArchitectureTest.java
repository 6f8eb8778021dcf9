package dev.sekisho.control;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.store.Database;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The dependency rules of `docs/architecture.md` section 3, over the compiled classes of all modules.
/// `control` is the one
/// module that sees them all.
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.sekisho");

    private static final String[] SANS_IO = {
        "dev.sekisho.dataplane.wire..",
        "dev.sekisho.dataplane.time..",
        "dev.sekisho.dataplane.offload..",
        "dev.sekisho.dataplane.noise..",
        "dev.sekisho.dataplane.peer..",
        "dev.sekisho.dataplane.flow..",
        "dev.sekisho.dataplane.engine.."
    };

    @ParameterizedTest
    @CsvSource({"dev.sekisho.crypto..", "dev.sekisho.tun..", "dev.sekisho.policy.."})
    void leavesImportNothingOfOurs(String leaf) {
        classes()
                .that()
                .resideInAPackage(leaf)
                .should()
                .onlyDependOnClassesThat(DescribedPredicate.or(
                        JavaClass.Predicates.resideInAPackage(leaf),
                        JavaClass.Predicates.resideInAnyPackage("java..", "jdk.incubator.vector..", "org.jspecify..")))
                .check(CLASSES);
    }

    @Test
    void theDataPlaneKnowsNothingAboveIt() {
        noClasses()
                .that()
                .resideInAPackage("dev.sekisho.dataplane..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.sekisho.control..", "dev.sekisho.proxies..")
                .check(CLASSES);
    }

    @Test
    void theCoreIsSansIo() {
        noClasses()
                .that()
                .resideInAnyPackage(SANS_IO)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.sekisho.tun",
                        "dev.sekisho.tun.linux..",
                        "dev.sekisho.tun.memory..",
                        "dev.sekisho.dataplane.run..",
                        "java.nio.channels..")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("java\\.lang\\.(Thread|System\\$Logger)|java\\.security\\.SecureRandom")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(CLASSES);
    }

    @ParameterizedTest
    @CsvSource({
        "wire, time|offload|noise|peer|flow|engine|run",
        "time, wire|offload|noise|peer|flow|engine|run",
        "offload, time|noise|peer|flow|engine|run",
        "noise, time|offload|peer|flow|engine|run",
        "peer, offload|flow|engine|run",
        "flow, offload|engine|run",
        "engine, run"
    })
    void theLadderIsClimbedDownwardsOnly(String rung, String above) {
        noClasses()
                .that()
                .resideInAPackage("dev.sekisho.dataplane." + rung + "..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("dev\\.sekisho\\.dataplane\\.(" + above + ")\\..*")
                .check(CLASSES);
    }

    @Test
    void nativeAccessHasOneRoom() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.sekisho.tun.linux..", "dev.sekisho.tun.raw..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.foreign.Linker")
                .orShould()
                .callMethod(java.lang.foreign.MemorySegment.class, "reinterpret", long.class)
                .check(CLASSES);
    }

    @Test
    void rawMemoryIsForTheTablesOfFlowsAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.sekisho.tun.raw..", "dev.sekisho.dataplane.flow..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.sekisho.tun.raw..")
                .check(CLASSES);
    }

    @Test
    void vectorsStayInTwoPlaces() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.sekisho.crypto..", "dev.sekisho.dataplane.wire..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator.vector..")
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.sekisho.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    /// The command line wires everything and nobody wires the command line.
    @Test
    void nobodyImportsTheCommandLine() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.sekisho.control.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.sekisho.control.cli..")
                .check(CLASSES);
    }

    /// The demo plays the product from outside; the product knows nothing of it.
    @Test
    void onlyTheCommandLineStartsTheDemo() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.sekisho.control.cli..", "dev.sekisho.control.demo..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.sekisho.control.demo..")
                .check(CLASSES);
    }

    /// Rules about access are looked up and enforced below; what reads, stores and tells them wires no data plane.
    @Test
    void onlyTheRunOfACheckpointOpensOne() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.sekisho.control.policy..",
                        "dev.sekisho.control.totp..",
                        "dev.sekisho.control.state..",
                        "dev.sekisho.control.flows..",
                        "dev.sekisho.control.socket..",
                        "dev.sekisho.control.network..",
                        "dev.sekisho.control.show..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("dev.sekisho.dataplane.run.DataPlane")
                .check(CLASSES);
    }

    @Test
    void yamlAndJsonHaveTheirRooms() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.sekisho.control.policy..", "dev.sekisho.control.server..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.snakeyaml..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.sekisho.control.policy..",
                        "dev.sekisho.control.totp..",
                        "dev.sekisho.control.tunnel..",
                        "dev.sekisho.control.uapi..",
                        "dev.sekisho.control.local..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.google.gson..")
                .check(CLASSES);
    }

    @ParameterizedTest
    @CsvSource({
        "io.javalin..|jakarta.servlet.., dev.sekisho.control.web..",
        "org.eclipse.jetty.., dev.sekisho.control.web..|dev.sekisho.control.outbound..",
        "jakarta.mail.., dev.sekisho.control.mail..",
        "com.webauthn4j.., dev.sekisho.control.factor..",
        "com.unboundid.., dev.sekisho.control.directory.ldap..",
        "com.nimbusds.., dev.sekisho.control.directory.oidc..",
        "com.maxmind.., dev.sekisho.control.place..",
        "javax.xml.crypto.., dev.sekisho.control.directory.saml..",
        "com.fasterxml.jackson.core..|com.fasterxml.jackson.databind.., dev.sekisho.control.web..|dev.sekisho.control.audit..|dev.sekisho.control.secret..",
        "org.flywaydb..|com.zaxxer.hikari..|org.sqlite..|org.postgresql.., dev.sekisho.control.store..",
        "org.slf4j.., dev.sekisho.control.log.."
    })
    void librariesHaveTheirRooms(String library, String rooms) {
        noClasses()
                .that()
                .resideOutsideOfPackages(rooms.split("\\|"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(library.split("\\|"))
                .check(CLASSES);
    }

    @Test
    void sqlIsWrittenByAdaptersOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.sekisho.control.store..")
                .and()
                .haveNameNotMatching(".*\\.Jdbc[A-Za-z]+(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.sql..")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("dev.sekisho.control.store.Sql")
                .check(CLASSES);
    }

    /// What is not recorded is not done.
    @Test
    void onlyTheUnitOfWorkChangesTheDatabase() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(UnitOfWork.class.getName())
                .should()
                .callMethod(Database.class, "write", Function.class)
                .check(CLASSES);
    }

    @Test
    void onlyTheCommandLineStartsTheServer() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.sekisho.control.server..", "dev.sekisho.control.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.sekisho.control.server..")
                .check(CLASSES);
    }

    /// Features talk by service; stores are made by the composition root and used by their own feature.
    @Test
    void storesBelongToTheirFeature() {
        classes()
                .that()
                .resideInAPackage("dev.sekisho.control..")
                .and()
                .resideOutsideOfPackages("dev.sekisho.control.server..")
                .should(useNoStoreOfOthers())
                .check(CLASSES);
    }

    private static ArchCondition<JavaClass> useNoStoreOfOthers() {
        return new ArchCondition<>("use no store of another feature") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                for (Dependency dependency : item.getDirectDependenciesFromSelf()) {
                    JavaClass target = dependency.getTargetClass();
                    // The locks of the checkpoint are a file, and older than the rule.
                    boolean isStore = target.getSimpleName().endsWith("Store")
                            && target.getPackageName().startsWith("dev.sekisho.control.")
                            && !target.getPackageName().equals("dev.sekisho.control.state");
                    boolean isOwn = (item.getPackageName() + ".").startsWith(target.getPackageName() + ".");
                    if (isStore && !isOwn) {
                        events.add(SimpleConditionEvent.violated(item, dependency.getDescription()));
                    }
                }
            }
        };
    }
}
