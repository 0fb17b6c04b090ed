import { CSPProvider } from '@base-ui/react/csp-provider'
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Router } from 'wouter'
import { newQueryClient } from './api'
import { App } from './app'
import './styles/tokens.css'
import './styles/base.css'
import './styles/shell.css'
import './styles/screens.css'
import { TextProvider } from './text'
import { applyTheme } from './theme'
import { ToastProvider } from './ui/toast'

applyTheme()

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      {/* The server's content policy allows no inline style elements, so the components must not write any. */}
      <CSPProvider disableStyleElements>
        <QueryClientProvider client={newQueryClient()}>
          <TextProvider>
            <ToastProvider>
              <Router base="/console">
                <App />
              </Router>
            </ToastProvider>
          </TextProvider>
        </QueryClientProvider>
      </CSPProvider>
    </StrictMode>,
  )
}
