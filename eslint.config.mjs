import tseslint from 'typescript-eslint';
import prettier from 'eslint-config-prettier';

export default tseslint.config(
  { ignores: ['node_modules', 'dist', 'cdk.out', 'coverage'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // A constant condition states an unbounded loop that its body bounds.
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      // Explicit environment names read better as process.env['NAME'] under noPropertyAccessFromIndexSignature.
      '@typescript-eslint/dot-notation': 'off',
      // A constructor that only narrows the type of a parameter is not useless; the rule does not see that.
      '@typescript-eslint/no-useless-constructor': 'off',
      // Constructs with static helpers are how the CDK and aspects are written.
      '@typescript-eslint/no-extraneous-class': 'off',
      'no-restricted-imports': 'off',
      // One dialect: one import from a module, its types inline; `private` and not `#`; properties by `defined`.
      'no-duplicate-imports': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'PrivateIdentifier', message: 'Write `private`, as everywhere here.' },
        {
          selector:
            'SpreadElement > ConditionalExpression[test.operator="==="][test.right.type="Identifier"][test.right.name="undefined"][consequent.type="ObjectExpression"][consequent.properties.length=0]',
          message: 'Write `...defined({ name })`, or `...(value !== undefined && { … })`.',
        },
        {
          selector:
            'Program > VariableDeclaration > VariableDeclarator[id.name=/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/]',
          message: 'Constants are in camelCase.',
        },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    ignores: ['test/support/fast-check.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { name: 'fast-check', message: 'Import test/support/fast-check: it sets the seed.' },
      ],
    },
  },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    ...tseslint.configs.disableTypeChecked,
    rules: { ...tseslint.configs.disableTypeChecked.rules, '@typescript-eslint/no-require-imports': 'off' },
  },
  prettier,
);
