package org.multiuser.app;

/** How much is logged. */
enum LogLevel {
  DEBUG,
  INFO,
  WARN,
  ERROR
}
