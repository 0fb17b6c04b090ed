import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// The Go server serves the build under /console/ and the API beside it, so one origin and one cookie. While developing,
// vite serves the pages and hands the API to a server that runs: SIYU_URL=http://127.0.0.1:8080 npm run dev
declare const process: { env: Record<string, string | undefined> }

export default defineConfig({
  base: '/console/',
  plugins: [react()],
  build: { target: 'es2022', sourcemap: false, assetsInlineLimit: 0, reportCompressedSize: false },
  server: { proxy: { '/api': process.env.SIYU_URL ?? 'http://127.0.0.1:8080' } },
})
