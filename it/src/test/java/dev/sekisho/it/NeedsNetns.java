package dev.sekisho.it;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/// Skips the class with a reason where namespaces cannot be made; where the variable `CI` is set, fails instead.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NetnsCondition.class)
@interface NeedsNetns {
    /// Programs that the class needs beyond those of every lab.
    String[] value() default {};
}
