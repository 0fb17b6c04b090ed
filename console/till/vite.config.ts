import react from '@vitejs/plugin-react'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { defineConfig, type Plugin } from 'vite'

// The till is a page of its own beside the console: a clerk's phone loads it once and opens it without a network from then on.
// While developing: SIYU_URL=http://127.0.0.1:8080 npx vite -c till/vite.config.ts
declare const process: { env: Record<string, string | undefined> }

const here = new URL('./', import.meta.url)
const own = ['icon.svg', 'manifest.webmanifest']

/** worker writes sw.js, which knows every file of this build by name and is another one when any of them is. */
function worker(): Plugin {
  return {
    name: 'till-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle(_, bundle) {
      const files = [...Object.keys(bundle), ...own].sort()
      const version = createHash('sha256')
      for (const name of Object.keys(bundle).sort()) {
        const file = bundle[name]!
        version.update(name).update(file.type === 'chunk' ? file.code : file.source)
      }
      for (const name of own) version.update(readFileSync(new URL(`public/${name}`, here)))
      const text = readFileSync(new URL('src/sw.js', here), 'utf8')
        .replace('__VERSION__', version.digest('hex').slice(0, 16))
        .replace("['__FILES__']", JSON.stringify(files.filter((name) => name !== 'index.html')))
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: text })
    },
  }
}

export default defineConfig({
  root: here.pathname,
  base: '/till/',
  plugins: [react(), worker()],
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022', sourcemap: false, assetsInlineLimit: 0, reportCompressedSize: false, modulePreload: false },
  server: { proxy: { '/api': process.env.SIYU_URL ?? 'http://127.0.0.1:8080' } },
})
