// HashiCorp's parser. Not imported from TypeScript: its types bring the browser's into the whole program.
module.exports = require('@cdktn/hcl2json');
