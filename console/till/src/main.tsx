import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '../../src/styles/tokens.css'
import './till.css'
import { App } from './app'

const root = document.getElementById('root')
if (root) createRoot(root).render(<StrictMode><App /></StrictMode>)

/** A new version of the till takes over when it is opened, never while somebody is at work. */
async function install(): Promise<void> {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return
  const registration = await navigator.serviceWorker.register('/till/sw.js', { scope: '/till/' })
  if (!registration.waiting || !navigator.serviceWorker.controller) return
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  registration.waiting.postMessage('now')
}

install().catch(() => { /* a browser that keeps nothing still works while there is a network */ })
// Without this the browser may throw the journal away when its disk is full.
void navigator.storage?.persist?.()
