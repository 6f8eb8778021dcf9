/// Tests of the flow log over REST.
@NullMarked
package dev.sekisho.control.flows.web;

import org.jspecify.annotations.NullMarked;
