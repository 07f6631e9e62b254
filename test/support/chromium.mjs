// Prints where the Chromium of @sparticuz/chromium is, unpacked at the first call, and the arguments that it wants: the
// package is an ES module that asks for its own path, which Jest's modules have not.
import chromium from '@sparticuz/chromium';

const [executablePath, args] = [await chromium.executablePath(), chromium.args];
process.stdout.write(JSON.stringify({ executablePath, args }));
