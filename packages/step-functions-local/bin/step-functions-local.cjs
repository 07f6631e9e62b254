#!/usr/bin/env node
// The sources run as they are: tsx compiles them while they load.
require('tsx/cjs');
require('../src/command/main.ts');
