;; Driver of websocket.el: emacs --batch -l drive.el websocket.el URL TOKEN header|protocol watch|sleep
(require 'package) (package-initialize) (require 'websocket)
(defvar failed "")
(defun say (&rest words) (princ (concat (replace-regexp-in-string "\n" " " (apply #'format words)) "\n") #'external-debugging-output))
(pcase-let ((`(,_stack ,url ,token ,how ,deed) command-line-args-left))
  (setq command-line-args-left nil)
  (condition-case failure
      (websocket-open url
        :custom-header-alist (and (equal how "header") `((X-Device-Session . ,token)))
        :protocols (and (equal how "protocol") (list token))
        :on-open (lambda (_) (say "open"))
        :on-message #'ignore
        :on-error (lambda (_ _kind failure) (setq failed (format ", on-error %S" failure)))
        :on-close (lambda (_) (run-with-timer 0.3 nil (lambda () (say "over on-close without a code%s" failed)))))
    (error (say "over %S" failure)))
  (let ((end (+ (float-time) (if (equal deed "sleep") 3 3600))))
    (while (< (float-time) end) (sleep-for 0.2))))
