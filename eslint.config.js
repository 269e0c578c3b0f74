import svelte from 'eslint-plugin-svelte';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['node_modules', 'web/dist', 'data', '.cache', 'server/sample/files'] },
  ...tseslint.configs.recommended,
  ...svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
  },
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'all' }],
      '@typescript-eslint/no-unused-expressions': 'off', // chai's assertions are expressions
      'no-empty': ['error', { allowEmptyCatch: false }],
      eqeqeq: 'error',
      'svelte/no-navigation-without-resolve': 'off', // the router is our own
      'svelte/prefer-svelte-reactivity': 'off', // sets and maps here are replaced whole or live within one call
    },
  },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
